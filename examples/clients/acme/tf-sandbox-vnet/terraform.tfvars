environment   = "prod"
location      = "westeurope"
address_space = ["10.20.0.0/16"]

subnets = [
  { name = "nodes", address_prefix = "10.20.0.0/20" },
  { name = "ingress", address_prefix = "10.20.16.0/24" },
  { name = "data", address_prefix = "10.20.17.0/24" },
]

tags = {
  client      = "acme"
  environment = "prod"
  owner       = "platform-team"
}
