using System.CommandLine;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace FuturesEos.ServiceDefaults.Options;

/// <summary>Settings as options of the command line: what an option is given becomes the setting's value.</summary>
internal static class SettingOption
{
    /// <summary>An option for a setting that is text.</summary>
    public static Option Of(string option, string key, string help, string valueName) =>
        new OptionOf<string>(option, key, help) { HelpName = valueName };

    /// <summary>An option for each property that has a <see cref="SettingAttribute"/>.</summary>
    public static IEnumerable<Option> OfAll(Type options, string section)
    {
        var defaults = Activator.CreateInstance(options);
        foreach (var property in options.GetProperties())
        {
            if (property.GetCustomAttribute<SettingAttribute>() is not { } setting) continue;
            var name = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name;
            yield return Of(setting, $"{section}:{name}", property.PropertyType, property.GetValue(defaults));
        }
    }

    /// <summary>Configuration keys and values of the options that were given.</summary>
    public static Dictionary<string, string?> Given(ParseResult parsed) =>
        parsed.RootCommandResult.Command.Options.OfType<ISettingOption>()
            .Select(option => (option.Key, Result: parsed.GetResult((Option)option)))
            .Where(option => option.Result is { Implicit: false })
            .ToDictionary(
                option => option.Key,
                // a flag that stands alone has no token
                string? (option) => option.Result!.Tokens is [var token] ? token.Value : "true");

    private static Option Of(SettingAttribute setting, string key, Type type, object? initial)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(bool)) return new OptionOf<bool>(setting.Option, key, setting.Help);
        var option = new OptionOf<string>(setting.Option, key, setting.Help) { HelpName = ValueName(type) };
        if (Format(initial) is { Length: > 0 } text) option.DefaultValueFactory = _ => text;
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !IsA(type, given))
                result.AddError($"{setting.Option}: '{given}' is not {Expected(type)}");
        });
        return option;
    }

    // what the configuration binder will do with it, but of an enum only the names: "7" is no store
    private static bool IsA(Type type, string text)
    {
        if (type.IsEnum) return Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase);
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static string ValueName(Type type) => type switch
    {
        { IsEnum: true } => string.Join('|', Enum.GetNames(type)).ToLowerInvariant(),
        _ when type == typeof(TimeSpan) => "duration",
        _ when type == typeof(string) => "text",
        _ => "number",
    };

    private static string Expected(Type type) => type switch
    {
        { IsEnum: true } => "one of " + ValueName(type).Replace("|", ", ", StringComparison.Ordinal),
        _ when type == typeof(TimeSpan) => "a duration such as 100ms, 30s, 5m",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ => "a number",
    };

    private static string? Format(object? value) => value switch
    {
        TimeSpan duration => DurationConverter.Format(duration),
        Enum member => member.ToString().ToLowerInvariant(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };

    private interface ISettingOption
    {
        string Key { get; }
    }

    private sealed class OptionOf<T> : Option<T>, ISettingOption
    {
        public OptionOf(string option, string key, string help)
            : base(option)
        {
            Key = key;
            Recursive = true; // before a mode and after it
            Description = $"{help} [setting {key.Replace(":", "__", StringComparison.Ordinal)}]";
        }

        public string Key { get; }
    }
}
