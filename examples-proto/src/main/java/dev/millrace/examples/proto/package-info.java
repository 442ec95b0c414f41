/** An example with records from {@code .proto} files: the build is in the module's {@code pom.xml}. */
@NullMarked
package dev.millrace.examples.proto;

import org.jspecify.annotations.NullMarked;
