using System.Globalization;
using System.Runtime.CompilerServices;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.SignalGenerator.Replay;

namespace FuturesEos.SignalGenerator;

/// <summary>The command line → what is to be sent; refuses what makes no sense before anything is connected.</summary>
/// <param name="options">The options.</param>
/// <param name="time">The clock.</param>
/// <param name="turned">Told while it waits: the loop turns.</param>
/// <param name="kafka">Where a replay looks for what was sent before; null: nowhere.</param>
internal sealed class RecordSources(
    GeneratorOptions options, TimeProvider time, Action turned, KafkaSettings? kafka = null)
{
    private const int DefaultBurst = 1000;
    private const int BurstMax = 10_000_000;
    private const int SymbolsMax = 10_000;
    private const double RateMax = 1_000_000;

    /// <summary>The source that the words and options name.</summary>
    /// <exception cref="ExpectedFailure">They make no sense.</exception>
    public RecordSource Choose(IReadOnlyList<string> words, Func<Stream> input)
    {
        if (options.Trades is null && (options.Mix || (options.Speed ?? options.Symbol) is not null))
            throw ExpectedFailure.Usage("--speed, --symbol and --mix belong to --trades FILE");
        switch (words)
        {
            case ["send"]:
                return Plain(new SendSource(input(), time).ReadAsync());
            case ["burst"]:
                return Plain(Burst(Synthetic(), DefaultBurst));
            case ["burst", var count]:
                return Plain(Burst(Synthetic(), CountOf(count)));
            case [] when options.Trades is { } path:
                return ReplayOf(TradeFileSource.Open(path, options.Symbol, options.SkipBad, time));
            case [] when options.Timeframe is { } timeframe:
                return Plain(Round(Synthetic(), TimeframeOf(timeframe)));
            case []:
                return Plain(Walk(Synthetic(), RateOf(options.Rate)));
            default:
                throw ExpectedFailure.Usage(
                    $"'{string.Join(' ', words)}' is none of: burst [N] [--identical], send, or options only");
        }
    }

    private static RecordSource Plain(IAsyncEnumerable<OutgoingRecord> records) => new(records, static () => "");

    private RecordSource ReplayOf(TradeFileSource trades)
    {
        var speed = options.Speed is { } text ? Pace.ParseSpeed(text) : (double?)null;
        var file = new ResumedFile(trades, options.Mix ? null : kafka, turned);
        return new RecordSource(
            ReplayAsync(file, speed),
            () => (trades.SkippedRows > 0 ? $", skipped {trades.SkippedRows} rows that could not be read" : "")
                + file.Remark);
    }

    private async IAsyncEnumerable<OutgoingRecord> ReplayAsync(
        ResumedFile file, double? speed, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Pace? pace = null;
        long first = 0;
        Timeframe? previous = null;
        await foreach (var signal in file.ReadAsync(cancellationToken))
        {
            if (speed is { } factor)
            {
                if (pace is null) (pace, first) = (new Pace(time, turned), signal.Ts);
                await pace.WaitUntilAsync(TimeSpan.FromMilliseconds((signal.Ts - first) / factor), cancellationToken);
            }

            // one topic keeps its own order; from one to the next it is kept by waiting
            yield return OutgoingRecord.Of(signal) with { AfterAllBefore = previous != signal.Timeframe };
            previous = signal.Timeframe;
        }
    }

    private async IAsyncEnumerable<OutgoingRecord> Walk(
        SyntheticSource source, double rate, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var pace = new Pace(time, turned);
        if (rate == 0) await pace.WaitUntilAsync(TimeSpan.MaxValue, cancellationToken); // until it is stopped
        for (long i = 0; ; i++)
        {
            var due = TimeSpan.FromSeconds(i / rate);
            await pace.WaitUntilAsync(due, cancellationToken);
            pace.ForgiveLag(due);
            yield return OutgoingRecord.Of(source.Next(NowMs));
        }
    }

    private async IAsyncEnumerable<OutgoingRecord> Round(SyntheticSource source, Timeframe timeframe)
    {
        await Task.CompletedTask;
        foreach (var signal in source.Round(timeframe, NowMs)) yield return OutgoingRecord.Of(signal);
    }

    private async IAsyncEnumerable<OutgoingRecord> Burst(SyntheticSource source, int count)
    {
        await Task.CompletedTask;
        var first = source.Next(NowMs);
        for (var i = 0; i < count; i++)
            yield return OutgoingRecord.Of(i == 0 || options.Identical ? first : source.Next(NowMs));
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private SyntheticSource Synthetic()
    {
        var symbols = options.Symbols.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct().ToList();
        if (symbols.Count is 0 or > SymbolsMax)
            throw ExpectedFailure.Usage($"--symbols: {symbols.Count} symbols; 1 to {SymbolsMax} are possible");
        if (symbols.Find(symbol => !SymbolName.IsValid(symbol)) is { } wrong)
            throw ExpectedFailure.Usage($"--symbols: '{wrong}' is no symbol ([A-Z0-9._-], 1 to 32 characters)");
        return new SyntheticSource(symbols, options.Seed ?? time.GetUtcNow().UtcTicks);
    }

    private static int CountOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and <= BurstMax
            ? count
            : throw ExpectedFailure.Usage($"burst: '{text}' is no number from 1 to {BurstMax}");

    private static double RateOf(double rate) =>
        rate is >= 0 and <= RateMax
            ? rate : throw ExpectedFailure.Usage($"--rate: {rate} is not between 0 and {RateMax} signals per second");

    private static Timeframe TimeframeOf(string text) =>
        Timeframes.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var timeframe)
            ? timeframe
            : throw ExpectedFailure.Usage($"--timeframe: '{text}' is none of 1m, 5m, 15m");
}
