resource "sandbox_sql_server" "main" {
  name           = "sql-${var.environment}-globex"
  location       = var.location
  version        = "16"
  admin_login    = "dbadmin"
  admin_password = var.admin_password

  dynamic "firewall_rule" {
    for_each = var.firewall_rules

    content {
      name     = firewall_rule.key
      start_ip = firewall_rule.value.start_ip
      end_ip   = firewall_rule.value.end_ip
    }
  }

  tags = var.tags
}

resource "sandbox_sql_database" "orders" {
  name                  = "orders"
  server                = sandbox_sql_server.main.name
  size                  = "S1"
  max_size_gb           = 50
  backup_retention_days = 14
  tags                  = var.tags
}
