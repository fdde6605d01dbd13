package io.laptopdiff.gateway.rest;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;

/** Says of every operation what may be answered to any request, whatever it asks for. */
public class AnyRefusal implements OASFilter {
    @Override
    public Operation filterOperation(Operation operation) {
        operation
                .getResponses()
                .setDefaultValue(
                        OASFactory.createAPIResponse().ref("#/components/responses/Problem"));
        return operation;
    }
}
