"""Tests of the admins' desk."""
