resource "sandbox_storage_bucket" "assets" {
  name          = "assets-${var.environment}-acme"
  location      = var.location
  public_access = false
  versioning    = true
  allowed_ips   = var.allowed_ips

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ShopReads"
      Effect    = "Allow"
      Principal = { Service = "shop" }
      Action    = ["GetObject"]
      Resource  = "assets-${var.environment}-acme/*"
    }]
  })

  tags = var.tags
}

resource "sandbox_storage_bucket" "logs" {
  name          = "logs-${var.environment}-acme"
  location      = var.location
  tier          = "Cool"
  public_access = false

  lifecycle_rule {
    name              = "expire"
    prefix            = "access/"
    delete_after_days = 90
  }

  tags = var.tags
}
