/** The options of {@code compress}, and the request that they make up with a file of its own. */
package io.laptopdiff.standalone.compress;
