"""What is said about a text that is no formula; the mark ▸ in the excerpt stands before the place."""

from livegrad.text import Text

MISSING = Text(
    "The formula “{excerpt}” breaks off at the mark, where {wanted} must follow{found}. Write it "
    "there.",
    "수식 “{excerpt}”에서 표시한 자리에 {wanted:이/가} 와야 합니다{found}. 그 자리에 써 주세요.",
)
FOUND = Text(" and '{token}' stands", "(지금은 '{token}')")
OPERAND = Text("a number, a name or a bracket", "수나 이름이나 괄호")
COMPARISON = Text("a comparison such as x > 0", "x > 0 같은 비교")
LEFT_OVER = Text(
    "The formula “{excerpt}” was complete before the mark, where '{token}' stands. Put an operator "
    "such as * between the two, or leave it out; comparisons stand only in where(u > v, a, b).",
    "수식 “{excerpt}”의 표시한 자리 앞에서 식이 이미 끝났는데 뒤에 '{token}' 글자가 더 있습니다. 둘 사이에 * "
    "같은 연산자를 넣거나 빼 주세요. 비교는 where(u > v, a, b) 안에서만 쓸 수 있습니다.",
)
UNKNOWN = Text(
    "The formula “{excerpt}” uses the name '{name}', which nobody has defined; the nearest is "
    "'{nearest}'. It may use x, pi, e, the functions {functions}, and parameters with a value, as "
    'in livegrad.activation("…", {example}=1.0).',
    "수식 “{excerpt}”에 정의되지 않은 이름이 있습니다: '{name}'. 가장 가까운 이름은 "
    "'{nearest}'입니다. x, pi, e, 함수 {functions}, 그리고 livegrad.activation(\"…\", "
    "{example}=1.0)처럼 값을 준 매개변수(parameter)를 쓸 수 있습니다.",
)
UNCALLED = Text(
    "In the formula “{excerpt}” the function '{name}' stands without an argument. Write {name}(x).",
    "수식 “{excerpt}”에서 함수 '{name}'에 인수가 없습니다. {name}(x)처럼 써 주세요.",
)
NO_FUNCTION = Text(
    "In the formula “{excerpt}” '{name}' is called like a function, and it is a number. Write "
    "{name} * (…) for a product.",
    "수식 “{excerpt}”에서 '{name}' 자리는 수인데 함수처럼 불렀습니다. 곱이라면 {name} * (…)로 써 주세요.",
)
COUNT = Text(
    "In the formula “{excerpt}” '{name}' is given {given} arguments, and it takes {wanted}. Give "
    "it {wanted}.",
    "수식 “{excerpt}”에서 '{name}'에 인수를 {given}개 주었는데, {wanted}개를 받습니다. {wanted}개를 "
    "주세요.",
)
NO_NUMBER = Text(
    "The formula “{excerpt}” holds the number {number}, and sizes from 1e-300 to {largest:g} (or "
    "0) are what it may hold. Take a number in that range.",
    "수식 “{excerpt}”에 수 {number:이/가} 있는데, 크기가 1e-300부터 {largest:g}까지(또는 0)여야 "
    "합니다. 그 범위의 수를 쓰세요.",
)
EXPONENT = Text(
    "The formula “{excerpt}” raises to the power {exponent}, and exponents go from −{most} to "
    "{most}. Take a smaller one, or write exp(p * log(u)).",
    "수식 “{excerpt}”에서 {exponent} 제곱을 하는데, 지수는 −{most}부터 {most}까지만 됩니다. 더 작은 "
    "지수를 쓰거나 exp(p * log(u))로 써 주세요.",
)
NESTED = Text(
    "The formula “{excerpt}” is nested more than {most} deep at the mark. Write it flatter.",
    "수식 “{excerpt}”의 표시한 자리에서 괄호와 함수가 {most}겹보다 깊습니다. 더 얕게 써 주세요.",
)
