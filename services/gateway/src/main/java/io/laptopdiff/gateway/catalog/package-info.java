/** What requests for runs can start from. */
package io.laptopdiff.gateway.catalog;
