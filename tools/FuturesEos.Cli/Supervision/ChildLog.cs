using System.Diagnostics;

namespace FuturesEos.Cli.Supervision;

/// <summary>
/// What a child says, on disk: <c>NAME.log</c>, and one older file when that has grown too large. The last line is kept
/// at hand, since it usually says why the child ended.
/// </summary>
internal sealed class ChildLog : IDisposable
{
    private const long FileBytesMax = 16 << 20;

    private readonly Lock _lock = new();
    private readonly string _path;
    private StreamWriter _file;
    private long _bytes;
    private volatile string _lastLine = "";

    public ChildLog(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, name + ".log");
        _file = Open(FileMode.Append);
        _bytes = _file.BaseStream.Length;
    }

    /// <summary>The last thing the child said, without time, level and category.</summary>
    public string LastWords => WithoutPrefix(_lastLine);

    /// <summary>Copies both outputs until they end.</summary>
    public Task Follow(Process process) =>
        Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError));

    public void Dispose()
    {
        lock (_lock) _file.Dispose();
    }

    private async Task CopyAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line) Append(line);
    }

    private void Append(string line)
    {
        if (line.Length > 0) _lastLine = line;
        lock (_lock)
        {
            _bytes += line.Length + 1;
            if (_bytes > FileBytesMax) Turn();
            _file.WriteLine(line);
        }
    }

    private void Turn()
    {
        _file.Dispose();
        File.Move(_path, _path + ".1", overwrite: true);
        _file = Open(FileMode.Create);
        _bytes = 0;
    }

    private StreamWriter Open(FileMode mode) =>
        new(new FileStream(_path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };

    /// <summary>What a line of a service's log says, without time, level and category.</summary>
    // "2026-11-20T10:00:00.000Z fail: FuturesEos.OrderManager[3005] PostgreSQL cannot be reached: …"
    public static string WithoutPrefix(string line)
    {
        var end = line.IndexOf("] ", StringComparison.Ordinal);
        return end > 0 && line.IndexOf('[', StringComparison.Ordinal) is > 0 and var start && start < end
            ? line[(end + 2)..] : line;
    }
}
