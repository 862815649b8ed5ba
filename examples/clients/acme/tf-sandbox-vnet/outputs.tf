output "network_id" {
  description = "Id of the network."
  value       = sandbox_virtual_network.main.id
}
