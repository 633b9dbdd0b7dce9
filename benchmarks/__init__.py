"""What Paymap costs, beside what its peers cost, in the same run on the same machine: `make bench`."""
