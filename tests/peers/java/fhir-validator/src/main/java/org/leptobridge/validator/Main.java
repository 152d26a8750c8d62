package org.leptobridge.validator;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The official validator behind standard input and output. Its argument is a {@link Job}. It writes a line {"notes"} once the
 * definitions are loaded, or {"failure"} and ends with 2. Then it answers each line of standard input, a JSON string that
 * holds a resource, with a line {"milliseconds", "issues"}; or it writes {"url"} and serves until it is killed.
 */
public final class Main {
    /** @param port to serve on, 0 for any free one, -1 to read standard input */
    private record Job(Judge.Options options, int port, boolean withParent) {
    }

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] args) throws IOException {
        System.setOut(System.err); // what libraries print must not get between the lines
        Job job = GSON.fromJson(args[0], Job.class);
        try {
            Judge judge = new Judge(job.options);
            OUT.println(GSON.toJson(Map.of("notes", judge.notes)));
            if (job.port >= 0) {
                serve(judge, job);
            } else {
                answerLines(judge);
            }
        } catch (Exception | Error e) {
            OUT.println(GSON.toJson(Map.of("failure", e instanceof IllegalArgumentException ? e.getMessage() : e.toString())));
            System.exit(2);
        }
    }

    private static void answerLines(Judge judge) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            byte[] resource = GSON.fromJson(line, String.class).getBytes(StandardCharsets.UTF_8);
            long start = System.nanoTime();
            Collection<Issue> issues = judge.judge(resource, List.of());
            long milliseconds = (System.nanoTime() - start) / 1_000_000;
            OUT.println(GSON.toJson(Map.of("milliseconds", milliseconds, "issues", issues)));
        }
        System.exit(0); // the engine leaves threads behind
    }

    /** POST a resource to /, with ?profile=URL as often as wanted: answers 200 and an OperationOutcome. */
    private static void serve(Judge judge, Job job) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer may wait for a delayed ACK
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), job.port), 0);
        server.createContext("/", exchange -> { // no executor: one request at a time, as the judge wants it
            try (exchange) {
                answer(exchange, judge);
            }
        });
        server.start();
        if (job.withParent) {
            ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(0)));
        }
        OUT.println(GSON.toJson(Map.of("url", "http://127.0.0.1:" + server.getAddress().getPort() + "/")));
    }

    private static void answer(HttpExchange exchange, Judge judge) throws IOException {
        byte[] resource = exchange.getRequestBody().readAllBytes();
        List<String> profiles = new ArrayList<>();
        String query = exchange.getRequestURI().getRawQuery();
        for (String parameter : query == null ? new String[0] : query.split("&")) {
            if (parameter.startsWith("profile=")) {
                profiles.add(URLDecoder.decode(parameter.substring("profile=".length()), StandardCharsets.UTF_8));
            }
        }
        int status = 200;
        Collection<Issue> issues;
        try {
            issues = exchange.getRequestMethod().equals("POST") ? judge.judge(resource, profiles) : List.of();
        } catch (IllegalArgumentException e) {
            status = 400;
            issues = List.of(new Issue("error", "not-found", "", null, null, null, e.getMessage()));
        }
        byte[] body = GSON.toJson(outcome(issues)).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static Map<String, Object> outcome(Collection<Issue> issues) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Issue issue : issues) {
            Map<String, Object> entry = new LinkedHashMap<>(Map.of("severity", issue.severity(), "code", issue.code(),
                "details", Map.of("text", issue.message())));
            if (issue.id() != null) {
                entry.put("diagnostics", issue.id());
            }
            if (!issue.expression().isEmpty()) {
                entry.put("expression", List.of(issue.expression()));
            }
            entries.add(entry);
        }
        if (entries.isEmpty()) { // an OperationOutcome has at least one issue
            entries.add(Map.of("severity", "information", "code", "informational", "details", Map.of("text", "no issue")));
        }
        return Map.of("resourceType", "OperationOutcome", "issue", entries);
    }
}
