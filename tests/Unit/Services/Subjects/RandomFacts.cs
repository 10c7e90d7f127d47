using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Unit.Services.Subjects;

/// <summary>Facts of any event type with values by chance, which a seed fixes.</summary>
internal sealed class RandomFacts(int seed)
{
    private const int TextCharsMax = 40;

    // What JSON, base64 and the marks of what is sealed are made of, and what stores find hard.
    private static readonly string[] Pieces = ["a", "Ä", "\"", "\\", "\n", "\0", "漢字", "😀", "<b>", "~", "~u.", "~1.", "=", " ", "+/", "\u202e", "Z"];

    private readonly Random _random = new(seed);

    public IEvent Of(Type type) => (IEvent)Record(type);

    public string Text()
    {
        var text = new StringBuilder();
        while (text.Length < TextCharsMax && _random.Next(8) > 0)
            text.Append(Pieces[_random.Next(Pieces.Length)]);
        return text.ToString();
    }

    private object Record(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(field => Value(field.ParameterType))]);
    }

    private object Value(Type type)
    {
        if (type == typeof(string))
            return Text();
        if (type == typeof(UserId))
            return new UserId(_random.Next(4) > 0 ? $"user{_random.Next(5)}" + Text() : Text());
        if (type == typeof(LoginId))
            return new LoginId((ushort)_random.Next(ushort.MaxValue), (uint)_random.Next(), (uint)_random.Next());
        if (type == typeof(Opaque))
            return Bytes();
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(_random.NextInt64(TimeSpan.TicksPerDay));
        if (type == typeof(bool))
            return _random.Next(2) == 0;
        if (type.IsEnum)
            return Enum.ToObject(type, _random.Next(100));
        if (type == typeof(Items<string>))
            return Many(_ => Text());
        if (type == typeof(Items<UserId>))
            return Many(_ => (UserId)Value(typeof(UserId)));
        if (type == typeof(Items<PrivacyListed>))
            return Many(_ => (PrivacyListed)Record(typeof(PrivacyListed)));
        return type.IsPrimitive
            ? Convert.ChangeType(_random.Next(ushort.MaxValue), type, System.Globalization.CultureInfo.InvariantCulture)
            : throw new NotSupportedException($"{type} is new among the fields of events: say here what it may hold.");
    }

    private Items<T> Many<T>(Func<int, T> make) => Enumerable.Range(0, _random.Next(4)).Select(make).ToItems();

    private Opaque Bytes()
    {
        var bytes = new byte[_random.Next(50)];
        _random.NextBytes(bytes);
        return Opaque.Wrap(bytes);
    }
}
