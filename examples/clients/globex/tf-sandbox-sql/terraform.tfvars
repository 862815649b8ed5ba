environment = "prod"
location    = "northeurope"

# The sandbox cloud guards nothing. A real module takes this from a vault.
admin_password = "fake-sandbox-password-globex"

firewall_rules = {
  head-office = { start_ip = "198.51.100.10", end_ip = "198.51.100.20" }
  reporting   = { start_ip = "198.51.100.40", end_ip = "198.51.100.40" }
}

tags = {
  client      = "globex"
  environment = "prod"
  owner       = "team-b"
}
