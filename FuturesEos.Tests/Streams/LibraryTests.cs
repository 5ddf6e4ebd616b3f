using System.Reflection;
using System.Text;
using FuturesEos.Streams;
using FuturesEos.Streams.Testing;
using FuturesEos.Tests.Architecture;
using WordCounting;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>The engine as others use it: its README, its public face, its test driver.</summary>
public sealed class LibraryTests
{
    private const string Readme = "lib/FuturesEos.Streams/README.md";
    private const string Sample = "FuturesEos.Tests/Streams/WordCount.cs";
    private const string PublicApi = "lib/FuturesEos.Streams/PublicAPI.txt";

    [Fact]
    public void the_code_of_the_readme_is_the_code_that_is_compiled()
    {
        var code = SourceTree.Read(Readme).Split("```csharp\n")[1].Split("```")[0].Trim();
        var sample = SourceTree.Read(Sample);
        var usings = code.Split("\n\n")[0];
        Assert.StartsWith(usings, sample);
        Assert.EndsWith(code[usings.Length..].Trim(), sample.TrimEnd());
        Assert.True(code.Split('\n').Length <= 45, "a short example is short");
    }

    [Fact]
    public void the_word_count_of_the_readme_counts_words()
    {
        var driver = new StreamsTestDriver(["lines"], _ => new WordCount());
        driver.Send("lines", null, "one two one"u8.ToArray(), 1);
        driver.Send("lines", null, "two"u8.ToArray(), 2);
        Assert.Equal(2, driver.Run());
        Assert.Equal(["one 1", "two 1", "one 2", "two 2"], driver.Outputs.Select(Text));
        Assert.Equal("two", Encoding.UTF8.GetString(driver.StateOf(0)[1].Key));
    }

    [Fact]
    public void what_is_aborted_leaves_no_trace_and_comes_again()
    {
        var driver = new StreamsTestDriver(["lines"], _ => new WordCount());
        driver.Send("lines", null, "a"u8.ToArray(), 1);
        driver.Run();
        driver.Send("lines", null, "a b"u8.ToArray(), 2);
        Assert.Equal(1, driver.Process());
        Assert.Equal(["a 2", "b 1"], driver.Uncommitted.Select(Text));
        driver.Abort();
        Assert.Empty(driver.Uncommitted);
        Assert.Null(driver.StateOf("b"u8));
        driver.Restart();
        Assert.Equal(1, driver.Run());
        Assert.Equal(["a 1", "a 2", "b 1"], driver.Outputs.Select(Text));
        Assert.Equal(0, driver.Run());
    }

    [Fact]
    public void records_of_several_topics_are_taken_in_the_order_of_their_time()
    {
        var driver = new StreamsTestDriver(["first", "second"], _ => new WordCount());
        driver.Send("second", null, "b"u8.ToArray(), 2);
        driver.Send("second", null, "d"u8.ToArray(), 3);
        driver.Send("first", null, "a"u8.ToArray(), 1);
        driver.Send("first", null, "c"u8.ToArray(), 3);
        Assert.Equal(3, driver.Process(limit: 3));
        Assert.Equal(["a 1", "b 1", "c 1"], driver.Uncommitted.Select(Text));
        driver.Run();
        Assert.Equal("d 1", Text(driver.Outputs[^1]));
    }

    /// <summary>A change of the public face is a decision: EOS_WRITE=1 writes the file anew.</summary>
    [Fact]
    public void the_public_face_is_the_recorded_one()
    {
        var now = PublicMembers().Order(StringComparer.Ordinal).ToList();
        var file = Path.Combine(SourceTree.Root, PublicApi);
        if (Environment.GetEnvironmentVariable("EOS_WRITE") == "1") File.WriteAllLines(file, now);
        Assert.Equal(File.ReadAllLines(file), now);
    }

    [Fact]
    public void the_engine_knows_nothing_of_trading()
    {
        string[] foreign = ["signal", "symbol", "trade", "decision", "order ", "price"];
        foreach (var file in SourceTree.Files("*.cs").Where(f => f.StartsWith("lib/FuturesEos.Streams/", StringComparison.Ordinal)))
        {
            var text = SourceTree.Read(file).Replace("order of", "", StringComparison.Ordinal);
            Assert.All(foreign.Except(["order "]), word => Assert.False(text.Contains(word, StringComparison.OrdinalIgnoreCase), $"{file} speaks of '{word}'"));
        }
    }

    private static string Text(TestOutput output) => $"{Encoding.UTF8.GetString(output.Key!)} {Encoding.UTF8.GetString(output.Value!)}";

    private static IEnumerable<string> PublicMembers()
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var type in typeof(StreamsHost).Assembly.GetExportedTypes())
        {
            var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
            yield return $"{type.FullName}: {kind}";
            foreach (var member in type.GetMembers(Own).Where(IsPublic))
            {
                var constant = member is FieldInfo { IsLiteral: true } field ? $" = {Convert.ToString(field.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)}" : "";
                yield return $"{type.FullName}.{member}{constant}";
            }
        }
    }

    private static bool IsPublic(MemberInfo member) => member switch
    {
        MethodBase method => (method.IsPublic || method.IsFamily) && !(method.IsSpecialName && method is MethodInfo) && !method.Name.StartsWith('<'),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(a => a.IsPublic || a.IsFamily),
        _ => false,
    };
}
