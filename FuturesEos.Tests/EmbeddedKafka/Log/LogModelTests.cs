using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Random histories against <see cref="LogModel"/>: appends, aborts, restarts, kills, torn tails, flipped bits.</summary>
public sealed class LogModelTests
{
    private const int Steps = 400;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task a_log_answers_like_a_list_through_restarts_kills_and_torn_tails(int seed)
    {
        await using var run = new Run(seed);
        for (var step = 0; step < Steps; step++)
        {
            try
            {
                await run.StepAsync();
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}, step {step}: {failure}\n{string.Join('\n', run.History.TakeLast(25))}");
            }
        }

        Assert.True(run.Restarts > 0 && run.Kills > 0 && run.Cuts > 0 && run.Duplicates > 0 && run.Refusals > 0, "the run met too little");
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly Random _random;
        private readonly LogModel _model = new();
        private readonly LogEnvironment _environment;
        private readonly LogConfig _config;
        private readonly List<string> _folders = [];
        private PartitionLog _log;
        private int _names;

        public Run(int seed)
        {
            _random = new Random(seed);
            _config = new LogConfig { SegmentBytes = _random.Next(400, 6000), IndexIntervalBytes = _random.Next(1, 600) };
            _environment = new LogEnvironment(new ManualTime(), NullLogger.Instance)
            {
                Fsync = seed % 8 == 0 ? FsyncPolicy.Always : FsyncPolicy.Never,
            };
            _folders.Add(Directory.CreateTempSubdirectory("eos-broker-").FullName);
            _log = Open(_folders[0]);
        }

        public List<string> History { get; } = [];

        public int Restarts { get; private set; }

        public int Kills { get; private set; }

        public int Cuts { get; private set; }

        public int Duplicates { get; private set; }

        public int Refusals { get; private set; }

        public async Task StepAsync()
        {
            switch (_random.Next(100))
            {
                case < 55: await AppendAsync(); break;
                case < 60: Register(); break;
                case < 80: await MarkAsync(); break;
                case < 92: Read(); break;
                case < 94: DeleteRecords(); break;
                case < 96: await RestartAsync(); break;
                default: await KillAsync(); break;
            }

            Compare();
        }

        public async ValueTask DisposeAsync()
        {
            await _log.DisposeAsync();
            _folders.ForEach(folder => Directory.Delete(folder, recursive: true));
        }

        private PartitionLog Open(string folder) => PartitionLog.Open(LogBench.Partition, folder, _config, _environment);

        private async Task AppendAsync()
        {
            var producer = (long)_random.Next(4);
            var epoch = (short)Math.Max(0, _model.EpochOf(producer) + (_random.Next(12) switch { 0 => -1, 1 => 1, _ => 0 }));
            var count = _random.Next(1, 5);
            var sequence = epoch == _model.EpochOf(producer) ? _model.DueSequence(producer) : 0;
            sequence = _random.Next(10) == 0 ? sequence + _random.Next(1, 3) : sequence;
            if (_random.Next(8) == 0 && _model.Remembered(producer) is { Count: > 0 } remembered)
            {
                var again = remembered[_random.Next(remembered.Count)];
                (epoch, sequence, count) = (again.Epoch, again.Sequence, again.Count);
            }

            var isTransactional = _random.Next(3) > 0;
            if (isTransactional && _random.Next(3) > 0)
                Register(producer, epoch);
            await AppendAsync(producer, epoch, sequence, count, isTransactional);
        }

        private async Task AppendAsync(long producer, short epoch, int sequence, int count, bool isTransactional)
        {
            var name = $"{_names++}{new string('x', _random.Next(60))}";
            var batch = new RecordBatchBuilder
            {
                ProducerId = producer, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = isTransactional,
            };
            for (var i = 0; i < count; i++)
                batch.Add(_environment.Now, null, System.Text.Encoding.UTF8.GetBytes($"{name}.{i}"));
            var expected = _model.Judge(producer, epoch, sequence, count, isTransactional, out var duplicate);
            var result = _log.Append(batch.Build());
            Assert.Equal(expected, result.Error);
            Assert.Equal(duplicate is not null, result.IsDuplicate);
            if (expected != KafkaError.None)
            {
                Refusals++;
                return;
            }

            await _log.WhenDurableAsync(result.NextOffset, CancellationToken.None);
            Assert.Equal(duplicate?.Base ?? _model.End, result.BaseOffset);
            if (duplicate is null)
                History.Add($"append {_model.End} +{count}: producer {producer}/{epoch} sequence {sequence}{(isTransactional ? " in transaction" : "")}");
            if (duplicate is null)
                _model.Add(new(_model.End, count, producer, epoch, sequence, isTransactional, false, false, name));
            else
                Duplicates++;
        }

        private void Register() => Register(_random.Next(4), (short)_random.Next(3));

        private void Register(long producer, short epoch)
        {
            _log.RegisterTransaction(producer, epoch);
            _model.Registered[producer] = Math.Max(epoch, _model.Registered.GetValueOrDefault(producer, (short)-1));
        }

        private async Task MarkAsync()
        {
            var producer = (long)_random.Next(4);
            var known = _model.EpochOf(producer);
            var epoch = (short)Math.Max(0, known + (_random.Next(8) switch { 0 => 1, 1 => -1, _ => 0 }));
            var isCommit = _random.Next(2) == 0;
            var result = _log.AppendMarker(producer, epoch, new ControlRecord(isCommit ? ControlType.Commit : ControlType.Abort, 0));
            Assert.Equal(epoch < known ? KafkaError.InvalidProducerEpoch : KafkaError.None, result.Error);
            if (result.Error != KafkaError.None)
                return;
            await _log.WhenDurableAsync(result.NextOffset, CancellationToken.None);
            History.Add($"marker {_model.End}: producer {producer}/{epoch} {(isCommit ? "commit" : "abort")}");
            _model.Add(new(_model.End, 1, producer, epoch, -1, true, true, isCommit, "marker"));
            _model.Registered.Remove(producer);
        }

        private void Read()
        {
            var isReadCommitted = _random.Next(2) == 0;
            var from = _random.NextInt64(_model.Start, _model.End + 1);
            History.Add($"read from {from}{(isReadCommitted ? " committed" : "")}, stable {_model.Stable()}, end {_model.End}");
            var seen = LogBench.Values(_log, from, isReadCommitted, _random.Next(1, 3000));
            Assert.Equal(_model.Visible(from, isReadCommitted), seen);
        }

        private void DeleteRecords()
        {
            var to = _random.NextInt64(_model.Start, _model.End + 1);
            to = Math.Min(to, _model.Start + 20);
            var (error, start) = _log.DeleteRecords(to);
            Assert.Equal(KafkaError.None, error);
            Assert.Equal(to, start);
            _model.Start = to;
            History.Add($"delete to {to}");
        }

        private void Compare()
        {
            Assert.Equal(
                (_model.Start, _model.Stable(), _model.End, _model.End),
                (_log.LogStartOffset, _log.LastStableOffset, _log.HighWatermark, _log.EndOffset));
        }

        private async Task RestartAsync()
        {
            await _log.DisposeAsync();
            Reopen(_folders[^1]);
            Restarts++;
        }

        /// <summary>Kills at this moment; half of the time the last segment has lost its tail or a bit of it has flipped.</summary>
        private async Task KillAsync()
        {
            var folder = LogFolder.CopyOf(_folders[^1]);
            _folders.Add(folder);
            await _log.DisposeAsync();
            Kills++;
            if (_random.Next(2) == 0)
                Damage(folder);
            Reopen(folder);
        }

        private void Damage(string folder)
        {
            var last = Directory.GetFiles(folder, "*.log").Max()!;
            var bytes = File.ReadAllBytes(last);
            if (bytes.Length == 0)
                return;
            var at = _random.Next(bytes.Length);
            if (_random.Next(2) == 0)
            {
                bytes = bytes[..at];
            }
            else
            {
                // An index vouches for bytes that were forced to the disk; what flips there shows at the reader's checksum.
                File.Delete(Path.ChangeExtension(last, SegmentIndex.Extension));
                bytes[at] ^= (byte)(1 << _random.Next(8));
            }

            File.WriteAllBytes(last, bytes);
            _model.CutAt(WholeUntil(bytes, Segment.OffsetOf(last)));
            Cuts++;
        }

        private static long WholeUntil(ReadOnlySpan<byte> bytes, long end)
        {
            while (RecordBatch.TryTake(ref bytes, out var batch) && batch.HasValidCrc && batch.Magic == 2 && batch.BaseOffset == end)
                end = batch.NextOffset;
            return end;
        }

        private void Reopen(string folder)
        {
            History.Add($"open: {string.Join(' ', Directory.GetFiles(folder).Select(f => $"{Path.GetFileName(f).TrimStart('0')}={new FileInfo(f).Length}").Order())}; model {_model.Start} {_model.Stable()} {_model.End}");
            _log = Open(folder);
            _model.Registered.Clear();
        }
    }
}
