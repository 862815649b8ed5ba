variable "environment" {
  description = "Stage, part of every name."
  type        = string
}

variable "location" {
  description = "Region."
  type        = string
}

variable "address_space" {
  description = "Address blocks of the network."
  type        = list(string)
}

variable "subnets" {
  description = "Subnets, in order."
  type = list(object({
    name           = string
    address_prefix = string
  }))
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}
