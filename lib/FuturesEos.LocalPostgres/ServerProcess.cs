using System.Diagnostics;
using System.Globalization;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.LocalPostgres;

/// <summary>One run of the server: the process, the end of its log, its guard.</summary>
internal sealed class ServerProcess
{
    private const int TailLines = 20;
    private const long LogFileBytesMax = 4 << 20;
    private readonly Process _process;
    private readonly ParentDeathGuard _guard;
    private readonly Queue<string> _tail = new();

    private ServerProcess(Process process, string logFile)
    {
        _process = process;
        Pid = process.Id;
        _guard = new ParentDeathGuard(Pid);
        process.StandardInput.Close();
        Exited = FollowAsync(logFile);
    }

    public int Pid { get; }

    /// <summary>Completes when the process has ended.</summary>
    public Task Exited { get; }

    /// <summary>The last lines of the server's log.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
                return string.Join(' ', _tail);
        }
    }

    public static ServerProcess Start(ProcessStartInfo start, string folder, string logFile)
    {
        start.WorkingDirectory = folder;
        try
        {
            return new ServerProcess(Process.Start(start)!, logFile);
        }
        catch (System.ComponentModel.Win32Exception failed)
        {
            throw ExpectedFailure.Unreachable($"cannot run {start.FileName}: {failed.Message}", failed);
        }
    }

    public void Kill() => _process.Kill();

    /// <summary>SIGINT is "fast shutdown" (manual 19.5); pg_ctl does the same where there are no signals.</summary>
    public async Task StopAsync(TimeSpan timeout)
    {
        if (!Exited.IsCompleted)
        {
            if (OperatingSystem.IsWindows())
                _process.Kill(entireProcessTree: true);
            else
                await SignalAsync("-INT");
            if (await Task.WhenAny(Exited, Task.Delay(timeout)) != Exited)
                _process.Kill();
            await Exited;
        }

        _guard.Dispose();
        _process.Dispose();
    }

    /// <summary>Asks for a fast shutdown.</summary>
    public Task InterruptAsync() => SignalAsync("-INT");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    // Backends hold the pipe's other end for a moment longer than a killed postmaster lives: their last words are
    // awaited, but not long.
    private async Task FollowAsync(string logFile)
    {
        var log = CopyLogAsync(logFile);
        var silence = _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        await Task.WhenAny(Task.WhenAll(log, silence), Task.Delay(TimeSpan.FromSeconds(1)));
    }

    private async Task CopyLogAsync(string logFile)
    {
        var mode = File.Exists(logFile) && new FileInfo(logFile).Length > LogFileBytesMax ? FileMode.Create
            : FileMode.Append;
        await using var log = new StreamWriter(new FileStream(logFile, mode, FileAccess.Write,
            FileShare.ReadWrite))
        { AutoFlush = true };
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_tail)
            {
                _tail.Enqueue(line);
                if (_tail.Count > TailLines)
                    _tail.Dequeue();
            }

            await log.WriteLineAsync(line);
        }
    }
}
