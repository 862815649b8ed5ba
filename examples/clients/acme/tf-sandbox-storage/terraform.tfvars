environment = "prod"
location    = "westeurope"
allowed_ips = ["10.20.0.0/20", "10.20.16.0/24"]

tags = {
  client      = "acme"
  environment = "prod"
  owner       = "team-b"
}
