output "fqdn" {
  description = "Host name of the server."
  value       = sandbox_sql_server.main.fqdn
}
