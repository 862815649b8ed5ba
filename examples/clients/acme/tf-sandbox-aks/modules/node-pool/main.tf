# What a pool of a given profile is made of, decided in one place.

variable "name" {
  description = "Name of the pool."
  type        = string
}

variable "profile" {
  description = "small, general or memory."
  type        = string
}

variable "labels" {
  description = "Labels beside those of every pool."
  type        = map(string)
}

locals {
  sizes = {
    small   = "Standard_B2s"
    general = "Standard_D4s_v5"
    memory  = "Standard_D8s_v5"
  }
}

output "size" {
  value = local.sizes[var.profile]
}

output "labels" {
  value = merge({ pool = var.name }, var.labels)
}
