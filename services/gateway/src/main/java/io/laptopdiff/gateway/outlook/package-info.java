/** What a run will be and take, told from the configs of its models. */
package io.laptopdiff.gateway.outlook;
