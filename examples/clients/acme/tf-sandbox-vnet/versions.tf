terraform {
  required_version = ">= 1.5"

  required_providers {
    sandbox = {
      source  = "sandbox.local/infra-hub/sandbox"
      version = "0.1.0"
    }
  }

  # The sandbox cloud keeps the state, so that a plan works from any copy of
  # this directory.
  backend "http" {
    address        = "http://127.0.0.1:7071/tfstate/acme/tf-sandbox-vnet"
    lock_address   = "http://127.0.0.1:7071/tfstate/acme/tf-sandbox-vnet"
    unlock_address = "http://127.0.0.1:7071/tfstate/acme/tf-sandbox-vnet"
  }
}

provider "sandbox" {
  endpoint = "http://127.0.0.1:7071"
  client   = "acme"
}
