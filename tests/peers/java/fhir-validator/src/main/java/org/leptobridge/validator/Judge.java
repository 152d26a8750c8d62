package org.leptobridge.validator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r5.conformance.profile.ProfileUtilities;
import org.hl7.fhir.r5.context.SimpleWorkerContext;
import org.hl7.fhir.r5.elementmodel.Element;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hl7.fhir.r5.utils.validation.constants.ReferenceValidationPolicy;
import org.hl7.fhir.utilities.http.ManagedWebAccess;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.validation.ValidationEngine;
import org.hl7.fhir.validation.ValidatorUtils;
import org.hl7.fhir.validation.instance.InstanceValidator;
import org.hl7.fhir.validation.instance.advisor.BasePolicyAdvisorForFullValidation;
import org.hl7.fhir.validation.service.model.InstanceValidatorParameters;

/** R4 core and some packages, loaded once; judges resources with the official validator. Not for two threads at once. */
final class Judge {
    /** What to load and how strictly to judge; extensions are URL prefixes that may stay undefined, or "any". */
    record Options(List<String> packages, List<String> supporting, List<String> profiles, List<String> extensions,
                   boolean strictProfiles, boolean exampleUrls, boolean security, boolean publication, boolean official) {
    }

    /** Systems too large or too guarded to ship: that one is not at hand says nothing about the resource. */
    private static final Pattern EXTERNAL_SYSTEM = Pattern.compile("http://(snomed\\.info/sct|loinc\\.org|www\\.nlm\\.nih\\.gov"
        + "|www\\.ncbi\\.nlm\\.nih\\.gov|hl7\\.org/fhir/sid/|www\\.ama-assn\\.org|www\\.genenames\\.org|varnomen\\.hgvs\\.org"
        + "|dicom\\.nema\\.org|ncicb\\.nci\\.nih\\.gov|cancerstaging\\.org|nucc\\.org)|urn:(iso|ietf|oid):");
    /** Namespaces of guides, registries and later FHIR versions; R4 core cannot know what is in them. */
    private static final Pattern NOT_CORE = Pattern.compile("'http://(hl7\\.org/fhir/(\\w{2,3}|\\d\\.\\d)|terminology\\.hl7\\.org)/");
    private static final Pattern RESOURCE_COMMENT = Pattern.compile("/\\*(.*?)\\*/");

    private final Options options;
    private final ValidationEngine engine;
    private final InstanceValidator validator; // costs as much to make as several resources to judge
    private final OfflineCodes codes;
    /** What to know about the packages before trusting a verdict. */
    final List<String> notes = new ArrayList<>();

    Judge(Options options) throws Exception {
        this.options = options;
        ManagedWebAccess.setAccessPolicy(ManagedWebAccess.WebAccessPolicy.PROHIBITED);
        InstanceValidatorParameters parameters = new InstanceValidatorParameters();
        parameters.setBestPracticeLevel(options.official ? BestPracticeWarningLevel.Warning : BestPracticeWarningLevel.Hint);
        parameters.setAllowExampleUrls(options.exampleUrls);
        parameters.setSecurityChecks(options.security);
        parameters.setForPublication(options.publication);
        parameters.setExtensions(options.extensions);
        engine = new ValidationEngine.ValidationEngineBuilder().withVersion("4.0.1").withNoTerminologyServer()
            .withDefaultInstanceValidatorParameters(parameters).fromSource("hl7.fhir.r4.core#4.0.1");
        engine.setLanguage("en-US").setLocale(Locale.US);
        // references inside a Bundle are followed; others lead to servers that a judge does not see
        engine.setPolicyAdvisor(new BasePolicyAdvisorForFullValidation(ReferenceValidationPolicy.IGNORE, null));
        OfflineContext context = new OfflineContext(engine.getContext(), !options.official);
        engine.setContext(context);
        for (String file : options.packages) {
            load(context, Path.of(file));
        }
        for (String file : options.supporting) {
            engine.seeResource(engine.loadResource(Files.readAllBytes(Path.of(file)), file));
        }
        for (StructureDefinition profile : context.fetchResourcesByType(StructureDefinition.class)) {
            makeSnapshot(context, profile);
        }
        context.rememberAbsentSystems();
        requireKnown(options.profiles);
        codes = new OfflineCodes(context.getUcumService());
        validator = engine.getValidator(FhirFormat.JSON);
    }

    private void load(SimpleWorkerContext context, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            NpmPackage npm = NpmPackage.fromPackage(in, file.toString());
            for (String dependency : npm.dependencies()) {
                String name = dependency.replaceFirst("#.*", "#");
                if (context.getLoadedPackages().stream().noneMatch(loaded -> loaded.startsWith(name))) {
                    notes.add(npm.name() + " depends on " + dependency + ", which is not loaded");
                }
            }
            context.loadFromPackage(npm, ValidatorUtils.loaderForVersion(npm.fhirVersion()));
        }
    }

    /** Packages may leave snapshots out. The engine would make them too, but not tell what it could not use. */
    private void makeSnapshot(SimpleWorkerContext context, StructureDefinition profile) {
        if (profile.hasSnapshot()) {
            return;
        }
        StructureDefinition base = context.fetchResource(StructureDefinition.class, profile.getBaseDefinition());
        if (base == null) {
            notes.add(profile.getUrl() + ": its base " + profile.getBaseDefinition() + " is not loaded");
            return;
        }
        makeSnapshot(context, base);
        List<ValidationMessage> messages = new ArrayList<>();
        try {
            new ProfileUtilities(context, messages, null).setAutoFixSliceNames(true)
                .generateSnapshot(base, profile, profile.getUrl(), null, profile.getName());
        } catch (RuntimeException e) {
            notes.add(profile.getUrl() + ": " + e.getMessage());
        }
        messages.stream().filter(m -> m.getLevel().isError()).forEach(m -> notes.add(profile.getUrl() + ": " + m.getMessage()));
    }

    /** @throws IllegalArgumentException for a profile that nothing loaded defines */
    private void requireKnown(List<String> profiles) {
        for (String url : profiles) {
            if (engine.getContext().fetchResource(StructureDefinition.class, url) == null) {
                throw new IllegalArgumentException("unknown profile " + url + ": load the package that defines it");
            }
        }
    }

    /** Judges a JSON resource against its base, its meta.profile, the options' profiles and the given ones. */
    Set<Issue> judge(byte[] resource, List<String> moreProfiles) {
        List<String> profiles = new ArrayList<>(options.profiles);
        profiles.addAll(moreProfiles);
        requireKnown(profiles);
        Set<Issue> issues = new LinkedHashSet<>(); // a profile repeats what its base says
        List<ValidationMessage> messages = new ArrayList<>();
        try {
            Element root = validator.validate(null, messages, new ByteArrayInputStream(resource), FhirFormat.JSON,
                engine.asSdList(profiles));
            if (root != null && !options.official) {
                codes.check(root, issues);
            }
        } catch (Exception | Error e) { // the engine throws both; the next resource deserves its verdict all the same
            issues.add(new Issue("fatal", "exception", "", null, null, null, String.valueOf(e.getMessage())));
        }
        for (ValidationMessage message : messages) {
            // OfflineCodes judges units, so it is no news that UCUM has no CodeSystem resource
            if (options.official || message.getLevel().isError() || !message.getMessage().contains(OfflineCodes.UCUM)) {
                issues.add(issue(message));
            }
        }
        return issues;
    }

    private Issue issue(ValidationMessage message) {
        String location = message.getLocation() == null ? "" : message.getLocation();
        String resource = null;
        for (Matcher comment = RESOURCE_COMMENT.matcher(location); comment.find(); ) {
            resource = comment.group(1);
        }
        return new Issue(severity(message), message.getType().toCode(), RESOURCE_COMMENT.matcher(location).replaceAll(""),
            resource, message.getLine() > 0 ? message.getLine() : null, message.getMessageId(), message.getMessage());
    }

    /** The validator's severity, but for rules that only tell that a definition is not at hand. */
    private String severity(ValidationMessage message) {
        String id = message.getMessageId() == null ? "" : message.getMessageId();
        if (options.official) {
            return message.getLevel().toCode();
        } else if (id.startsWith("VALIDATION_VAL_PROFILE_UNKNOWN")) {
            return options.strictProfiles ? "error" : "warning";
        } else if (id.startsWith("Extension_EXT_Version") || message.getLevel().isError()
            && id.equals("Type_Specific_Checks_DT_URL_Resolve") && NOT_CORE.matcher(message.getMessage()).find()) {
            return "warning";
        } else if (message.getMessage().contains("running without terminology services")
            || id.startsWith("UNKNOWN_CODESYSTEM") && EXTERNAL_SYSTEM.matcher(message.getMessage()).find()) {
            return "information";
        }
        return message.getLevel().toCode();
    }
}
