output "assets_url" {
  description = "Address of the assets."
  value       = sandbox_storage_bucket.assets.url
}
