using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Tests.Support;

/// <summary>Keeps what is logged, for tests of what a service says.</summary>
internal sealed class LogCapture : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly LogLevel _least;

    /// <param name="least">What is below it is let go.</param>
    public LogCapture(LogLevel least = LogLevel.Trace)
    {
        Logger = this;
        _least = least;
    }

    public ILogger Logger { get; }

    /// <summary>The same, for who takes the logger of a class.</summary>
    public ILogger<T> Of<T>() => new Logger<T>(new LoggerFactory([this]));

    public IReadOnlyCollection<string> Lines => _lines;

    public bool Contains(string text) => _lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _least;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public void Dispose()
    {
    }
}
