"""Tests of what comes in from outside, each gateway by itself."""
