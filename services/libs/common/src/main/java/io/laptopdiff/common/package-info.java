/** The code that every module shares: how failures are told, files that appear whole, digests. */
package io.laptopdiff.common;
