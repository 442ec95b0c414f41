package dev.millrace.protoc;

import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles what was generated, with every warning on, and loads it. */
final class GeneratedCode implements AutoCloseable {
    private final URLClassLoader loader;

    GeneratedCode(CodeGeneratorResponse response, Path classes) throws IOException {
        Files.createDirectories(classes);
        List<JavaFileObject> sources = new ArrayList<>();
        for (CodeGeneratorResponse.File file : response.getFileList()) {
            sources.add(new Source(file));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        List<String> options = List.of(
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--release",
                "17",
                "-proc:none",
                "-Xlint:all,-options",
                "-Xdoclint:all,-missing");
        compiler.getTask(null, null, found, options, null, sources).call();
        List<String> messages = new ArrayList<>();
        for (Diagnostic<? extends JavaFileObject> each : found.getDiagnostics()) {
            messages.add(each.getSource() + ":" + each.getLineNumber() + ": " + each.getMessage(Locale.ROOT));
        }
        if (!messages.isEmpty()) {
            throw new AssertionError("does not compile without a word:\n" + String.join("\n", messages));
        }
        loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, GeneratedCode.class.getClassLoader());
    }

    Class<?> type(String name) throws ClassNotFoundException {
        return loader.loadClass(name);
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(CodeGeneratorResponse.File file) {
            super(URI.create("string:///" + file.getName()), Kind.SOURCE);
            this.text = file.getContent();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
