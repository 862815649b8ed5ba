environment        = "prod"
location           = "westeurope"
kubernetes_version = "1.31"

node_pools = {
  system = {
    profile    = "small"
    node_count = 2
  }
  workers = {
    profile    = "general"
    node_count = 3
    labels     = { workload = "shop" }
  }
}

tags = {
  client      = "acme"
  environment = "prod"
  owner       = "team-a"
}
