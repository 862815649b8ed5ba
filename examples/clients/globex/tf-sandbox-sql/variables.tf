variable "environment" {
  description = "Stage, part of every name."
  type        = string
}

variable "location" {
  description = "Region."
  type        = string
}

variable "admin_password" {
  description = "Password of the administrator."
  type        = string
  sensitive   = true
}

variable "firewall_rules" {
  description = "Address ranges that may connect, by name."
  type = map(object({
    start_ip = string
    end_ip   = string
  }))
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}
