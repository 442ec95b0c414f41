package dev.millrace.protoc;

import com.google.protobuf.compiler.PluginProtos.CodeGeneratorRequest;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import java.io.IOException;

/** The plugin as {@code protoc} starts it: a request on standard input, the answer on standard output, notes on standard error. */
public final class Main {
    private Main() {}

    /** Answers one request. Takes no arguments: parameters come with the request. */
    public static void main(String[] args) throws IOException {
        CodeGeneratorRequest request = CodeGeneratorRequest.parseFrom(System.in);
        CodeGeneratorResponse response = new RecordGenerator(request, System.err::println).generate();
        response.writeTo(System.out);
        System.out.flush();
    }
}
