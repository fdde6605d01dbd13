/** The REST interface, its progress streams and its problem details. */
package io.laptopdiff.gateway.rest;
