/** A job that is killed again and again, and a program that knows what it must say in the end. */
@NullMarked
package dev.millrace.examples.crash;

import org.jspecify.annotations.NullMarked;
