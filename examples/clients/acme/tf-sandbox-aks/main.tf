module "node_pool" {
  source   = "./modules/node-pool"
  for_each = var.node_pools

  name    = each.key
  profile = each.value.profile
  labels  = each.value.labels
}

resource "sandbox_kubernetes_cluster" "main" {
  name     = "aks-${var.environment}-acme"
  location = var.location
  version  = var.kubernetes_version

  dynamic "node_pool" {
    for_each = var.node_pools

    content {
      name       = node_pool.key
      size       = module.node_pool[node_pool.key].size
      node_count = node_pool.value.node_count
      labels     = module.node_pool[node_pool.key].labels
    }
  }

  tags = var.tags
}
