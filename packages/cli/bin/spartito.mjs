#!/usr/bin/env node
import '../src/spartito.ts'
