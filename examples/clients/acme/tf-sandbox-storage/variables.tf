variable "environment" {
  description = "Stage, part of every name."
  type        = string
}

variable "location" {
  description = "Region."
  type        = string
}

variable "allowed_ips" {
  description = "Address blocks that may reach the assets."
  type        = set(string)
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}
