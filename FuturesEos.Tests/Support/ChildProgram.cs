using System.Diagnostics;
using System.Text;
using Xunit;

namespace FuturesEos.Tests.Support;

/// <summary>A program that a test runs as a user would: its outputs, its exit code, signals to it.</summary>
internal sealed class ChildProgram : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _talk = new();
    private readonly StringBuilder _data = new();
    private readonly Task _read;

    private ChildProgram(Process process)
    {
        _process = process;
        _read = Task.WhenAll(CopyAsync(process.StandardOutput, _data), CopyAsync(process.StandardError, _talk));
    }

    public int Pid => _process.Id;

    /// <summary>What it wrote to stdout so far.</summary>
    public string Data => Snapshot(_data);

    /// <summary>What it wrote to stderr so far.</summary>
    public string Talk => Snapshot(_talk);

    public bool HasExited => _process.HasExited;

    /// <summary>
    /// Starts a program; SIGINT reaches it even where the test run itself was started in the background.
    /// </summary>
    public static ChildProgram Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = OperatingSystem.IsLinux()
            ? new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return new ChildProgram(Process.Start(start)!);
    }

    /// <summary>Starts it, gives it what it reads, if anything, and waits for its end.</summary>
    public static async Task<(int ExitCode, string Data, string Talk)> RunAsync(
        string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null, Deadline? deadline = null, string? input = null)
    {
        using var child = Start(program, arguments, environment);
        if (input is not null) await child.WriteAsync(input);
        var code = await child.ExitAsync(deadline);
        return (code, child.Data, child.Talk);
    }

    /// <summary>Sends a signal by name: <c>INT</c>, <c>TERM</c>, <c>KILL</c>.</summary>
    public void Signal(string name) => Signal(Pid, name);

    /// <summary>Sends a signal to any process.</summary>
    public static void Signal(int pid, string name)
    {
        using var kill = Process.Start("kill", ["-" + name, $"{pid}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync(Deadline? deadline = null)
    {
        await Eventually.True(() => _process.HasExited, deadline, $"the program ends; it said: {Talk}");
        await Task.WhenAny(_read, Task.Delay(1000));
        return _process.ExitCode;
    }

    /// <summary>Waits for its end, and fails with what it said where that is another than expected.</summary>
    public async Task EndsWithAsync(int expected, Deadline? deadline = null)
    {
        var code = await ExitAsync(deadline);
        Assert.True(code == expected, $"it ended with {code}, expected {expected}; it said: {Talk}");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private async Task WriteAsync(string input)
    {
        try
        {
            await _process.StandardInput.WriteAsync(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it has ended: its exit code and what it said follow
        }
    }

    private static async Task CopyAsync(StreamReader from, StringBuilder to)
    {
        var buffer = new char[4096];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
        {
            lock (to) to.Append(buffer, 0, read);
        }
    }

    private static string Snapshot(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}
