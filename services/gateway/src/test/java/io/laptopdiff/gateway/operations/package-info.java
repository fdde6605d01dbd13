/** Every operation of the REST interface, with every answer that the OpenAPI document declares. */
package io.laptopdiff.gateway.operations;
