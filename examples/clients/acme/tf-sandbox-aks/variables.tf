variable "environment" {
  description = "Stage, part of every name."
  type        = string
}

variable "location" {
  description = "Region."
  type        = string
}

variable "kubernetes_version" {
  description = "Version of the control plane and the nodes."
  type        = string
}

variable "node_pools" {
  description = "Node pools by name."
  type = map(object({
    profile    = string
    node_count = number
    labels     = optional(map(string), {})
  }))
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}
