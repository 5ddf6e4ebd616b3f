using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Tests.Aspire;

/// <summary>The last lines of each resource: a failed health check a second would push out all others.</summary>
internal sealed class ResourceLogs : ILoggerProvider
{
    private const int LinesKept = 60;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _lines = new();

    public ILogger CreateLogger(string categoryName) => new ResourceLog(_lines.GetOrAdd(categoryName, _ => new()));

    public override string ToString() =>
        string.Join('\n', _lines.OrderBy(log => log.Key).SelectMany(log => log.Value.Prepend($"── {log.Key}")));

    public void Dispose()
    {
    }

    private sealed class ResourceLog(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            lines.Enqueue(formatter(state, exception));
            if (lines.Count > LinesKept) lines.TryDequeue(out _);
        }
    }
}
