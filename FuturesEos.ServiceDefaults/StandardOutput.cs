using System.Runtime.InteropServices;
using System.Text;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// Standard output as a program of the shell has it: UTF-8 under any locale, a failed write is a sentence, and a reader
/// that has gone ends the program quietly. The runtime's own console ignores the last (EPIPE) and takes its encoding
/// from <c>LC_ALL</c>.
/// </summary>
public static partial class StandardOutput
{
    private const int Descriptor = 1;
    private static volatile bool Closed;

    /// <summary>Whether whoever read it has gone.</summary>
    public static bool IsClosed => Closed;

    /// <summary>Puts it in the place of <see cref="Console.Out"/>; the first thing that a program does.</summary>
    public static void Take()
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (OperatingSystem.IsWindows())
        {
            if (!Console.IsOutputRedirected) Console.OutputEncoding = encoding;
            Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), encoding) { AutoFlush = true });
            return;
        }

        Console.SetOut(new StreamWriter(new Output(), encoding) { AutoFlush = true });
    }

    /// <summary>
    /// Tells as soon as the reader has gone, also while nothing is written. Without it a command that waits for the
    /// next record would wait for it in vain.
    /// </summary>
    public static void WhenClosed(Action act)
    {
        if (OperatingSystem.IsWindows()) return; // a write tells
        // it blocks in poll for as long as the process lives
        new Thread(() =>
        {
            if (IsReaderGone()) NoteClosed();
            if (IsClosed) act();
        })
        { IsBackground = true, Name = "standard output" }.Start();
    }

    private static void NoteClosed() => Closed = true;

    // No events are asked for: poll tells POLLERR and POLLHUP all the same, and a regular file has neither.
    private static bool IsReaderGone()
    {
        const short error = 8, hungUp = 16;
        const int interrupted = 4;
        var descriptor = new PollDescriptor { Descriptor = Descriptor };
        int told;
        do told = Poll(ref descriptor, 1, -1);
        while (told < 0 && Marshal.GetLastPInvokeError() == interrupted);
        return told > 0 && (descriptor.Returned & (error | hungUp)) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ref byte buffer, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    private sealed class Output : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                var written = StandardOutput.Write(
                    Descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
                if (written >= 0) buffer = buffer[(int)written..];
                else Fail(Marshal.GetLastPInvokeError());
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private static void Fail(int error)
        {
            const int interrupted = 4, tryAgain = 11, tryAgainOnApple = 35, brokenPipe = 32;
            switch (error)
            {
                case interrupted: return;
                case tryAgain or tryAgainOnApple: // somebody has set the terminal to O_NONBLOCK
                    Thread.Sleep(1);
                    return;
                case brokenPipe:
                    NoteClosed();
                    throw new ExpectedFailure(ExitCode.OutputClosed, "nobody reads the standard output any more");
                default:
                    throw ExpectedFailure.Unreachable(
                        $"the standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}; make room "
                            + "there, or write it elsewhere");
            }
        }
    }
}
