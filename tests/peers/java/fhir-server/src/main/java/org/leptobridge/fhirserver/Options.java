package org.leptobridge.fhirserver;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.util.List;

/** What the caller was told. It comes as a file, so that no password or token shows in the process list. */
record Options(
        String host, int port, String jdbc, String dbUser, String dbPassword, List<String> packages,
        boolean validateRequests, boolean enforceReferences, boolean subscriptions, String requireToken,
        double failRate, double loseResponseRate, long latencyMs, long seed) {

    static Options read(File file) throws IOException {
        return JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // those that only the caller needs
                .build()
                .readValue(file, Options.class);
    }

    String baseUrl(String hostName) {
        return "http://" + hostName + ":" + port + "/fhir";
    }
}
