output "endpoint" {
  description = "Address of the API server."
  value       = sandbox_kubernetes_cluster.main.endpoint
}

output "kube_admin_password" {
  description = "Password of the administrator."
  value       = sandbox_kubernetes_cluster.main.kube_admin_password
  sensitive   = true
}
