"""Tests of the monthly data report."""
