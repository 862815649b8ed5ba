resource "sandbox_virtual_network" "main" {
  name          = "vnet-${var.environment}-acme"
  location      = var.location
  address_space = var.address_space

  dynamic "subnet" {
    for_each = var.subnets

    content {
      name           = subnet.value.name
      address_prefix = subnet.value.address_prefix
    }
  }

  tags = var.tags
}

resource "sandbox_network_security_group" "web" {
  name     = "nsg-web-${var.environment}-acme"
  location = var.location

  rule {
    name      = "https"
    priority  = 100
    direction = "Inbound"
    access    = "Allow"
    protocol  = "Tcp"
    port      = "443"
    source    = "*"
  }

  rule {
    name      = "deny-rest"
    priority  = 4096
    direction = "Inbound"
    access    = "Deny"
    protocol  = "Any"
    port      = "*"
    source    = "*"
  }

  tags = var.tags
}
