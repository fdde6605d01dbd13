/** What runs leave, as files to look at and to download. */
package io.laptopdiff.gateway.files;
