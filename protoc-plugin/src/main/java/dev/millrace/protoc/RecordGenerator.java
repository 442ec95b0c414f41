package dev.millrace.protoc;

import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorRequest;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse.Feature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Answers one request of {@code protoc}: a Java file for each message and enum at the top of a file. Used once, by one thread. */
final class RecordGenerator {
    private static final int FEATURES = Feature.FEATURE_PROTO3_OPTIONAL_VALUE | Feature.FEATURE_SUPPORTS_EDITIONS_VALUE;

    private final CodeGeneratorRequest request;
    private final Sources sources = new Sources();
    private final Problems problems;

    /** @param notes takes what a user should know that stops nothing, a line each */
    RecordGenerator(CodeGeneratorRequest request, Consumer<String> notes) {
        this.request = request;
        this.problems = new Problems(sources, notes);
    }

    CodeGeneratorResponse generate() {
        CodeGeneratorResponse.Builder response = CodeGeneratorResponse.newBuilder()
                .setSupportedFeatures(FEATURES)
                .setMinimumEdition(Edition.EDITION_PROTO2_VALUE)
                .setMaximumEdition(Edition.EDITION_2023_VALUE);
        if (!request.getParameter().isEmpty()) {
            return response.setError("unknown parameter: parameter=" + request.getParameter()
                            + "; there are none: options are written into the files, see millrace/options.proto")
                    .build();
        }
        List<FileDescriptor> files;
        try {
            files = filesToGenerate();
        } catch (DescriptorValidationException e) {
            return response.setError("the descriptors do not fit together: " + e.getMessage())
                    .build();
        }
        Checks checks = new Checks(problems);
        checks.check(files);
        if (problems.isEmpty()) {
            for (FileDescriptor file : files) {
                generate(file, checks, response);
            }
        }
        if (!problems.isEmpty()) {
            return response.clearFile().setError(problems.text()).build();
        }
        return response.build();
    }

    private List<FileDescriptor> filesToGenerate() throws DescriptorValidationException {
        Map<String, FileDescriptor> built = new LinkedHashMap<>();
        // Every file comes after those it imports.
        for (FileDescriptorProto file : request.getProtoFileList()) {
            sources.add(file);
            List<FileDescriptor> imports = new ArrayList<>();
            for (String name : file.getDependencyList()) {
                FileDescriptor imported = built.get(name);
                if (imported != null) {
                    imports.add(imported);
                }
            }
            built.put(file.getName(), FileDescriptor.buildFrom(file, imports.toArray(new FileDescriptor[0])));
        }
        List<FileDescriptor> files = new ArrayList<>();
        for (String name : request.getFileToGenerateList()) {
            FileDescriptor file = built.get(name);
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    private void generate(FileDescriptor file, Checks checks, CodeGeneratorResponse.Builder response) {
        for (ServiceDescriptor service : file.getServices()) {
            problems.note(service, "a service has no record: service=" + service.getFullName() + " is left out");
        }
        if (!file.getExtensions().isEmpty()) {
            problems.note(
                    file,
                    "extensions are left out: file=" + file.getName() + ", count="
                            + file.getExtensions().size());
        }
        for (Descriptor message : file.getMessageTypes()) {
            JavaFile java =
                    new JavaFile(file, JavaNames.type(message.getName()), checks.namesAround(message), problems);
            new MessageWriter(java, sources, problems).write(message);
            response.addFile(java.toFile());
        }
        for (EnumDescriptor constants : file.getEnumTypes()) {
            JavaFile java =
                    new JavaFile(file, JavaNames.type(constants.getName()), checks.namesAround(constants), problems);
            new EnumWriter(java, sources, problems).write(constants, 0);
            response.addFile(java.toFile());
        }
    }
}
