/** How messages and their parts are written as JSON, read back, completed and refused. */
package io.laptopdiff.contracts.json;
